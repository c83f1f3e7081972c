"""Writes docs/performance.md and docs/growth.svg from the file of one run: python3 bench/docs.py results/<run>.json."""
import json
import os
import string
import sys

import growth
import svg
from proxy import ROOT
from table import Result, behind, columns, number, with_unit

TEMPLATE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "performance.md.in")


def markdown(lines):
    lines = [[str(cell) for cell in line] for line in lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in [lines[0], ["---"] * len(lines[0]), *lines[1:]])


def curve(points):
    names = list(points[0])
    return markdown([names, *[[number(point[name]) for name in names] for point in points]])


def plot(curves):
    panels = (("CPU per request by images", "images", {"hot, µs": "hot CPU us", "uncached, µs": "uncached CPU us"}),
              ("Memory by images", "images", {"RSS, MiB": "RSS MiB"}),
              ("Reading by images", "images", {"first, CPU ms": "drain CPU ms", "unchanged, CPU ms": "unchanged refresh CPU ms"}),
              ("CPU per request by sources", "sources", {"hot, µs": "hot CPU us", "uncached, µs": "uncached CPU us"}),
              ("Memory by sources", "sources", {"RSS, MiB": "RSS MiB"}),
              ("CPU per request by clients", "clients", {"hot, µs": "hot CPU us"}))
    return svg.document([svg.panel(place % 3, place // 3, title, [point[kind] for point in curves[kind]],
                                   {name: [point[member] for point in curves[kind]] for name, member in series.items()},
                                   number)
                         for place, (title, kind, series) in enumerate(panels)], 3)


def checks(rows, curves):
    """What the model says where the curves were measured."""
    most = curves["images"][-1]
    clients = max(curves["clients"], key=lambda point: point["req/s of one core"])
    image, refresh = rows["M1"].measured, rows["refresh-cpu"].measured
    found = (("resident MiB", rows["M1"].figures["empty server MiB"] + most["images"] * image / (1 << 20), most["RSS MiB"],
              f"{most['images']:,} images"),
             ("CPU of an unchanged refresh, ms", most["images"] * refresh / 1e3, most["unchanged refresh CPU ms"],
              f"{most['images']:,} images"),
             ("requests per second of a core", 1e6 / rows["H1"].figures["polyglance 12k us"], clients["req/s of one core"],
              f"{clients['clients']} clients"))
    return markdown([("what", "where", "model", "measured", "measured over model"),
                     *[(what, where, number(model), number(seen), number(seen / model))
                       for what, model, seen, where in found]])


def memory_table(result):
    return markdown([("what", "value"), *[(name, number(value)) for name, value in result.figures.items()],
                     ("resident B/image, in all", number(result.measured))])


def write(run):
    rows = {row["row"]: Result(row["row"], row["samples"], row["figures"]) for row in run["rows"]}
    judged = [row for row in rows.values() if row.goal.must is not None or row.goal.aim is not None]
    informing = [row for row in rows.values() if row not in judged]
    curves = run["growth"]
    values = {
        "machine": markdown([("", ""), *run["machine"].items()]), "rounds": run["rounds"],
        "goals": markdown(columns(judged, True)),
        "behind": "\n".join(f"- {row.row}: {behind(row)}" for row in judged if row.figures and row.row != "M1"),
        "informing": markdown([("row", "what", "measured", "figures"),
                               *[(row.row, row.goal.title, with_unit(row.measured, row.goal.unit), behind(row))
                                 for row in informing]]),
        "memory": memory_table(rows["M1"]), "memory_images": number(rows["M1"].figures["images"]),
        "growth_each": growth.EACH, "growth_images": curve(curves["images"]), "growth_sources": curve(curves["sources"]),
        "growth_clients": curve(curves["clients"]), "hot_us": number(rows["H1"].figures["polyglance 12k us"]),
        "hot_rate": number(rows["H1"].figures["req/s of one core"]), "redis_calls": number(rows["R1"].measured),
        "empty_mib": number(rows["M1"].figures["empty server MiB"]), "image_bytes": number(rows["M1"].measured),
        "stampede": number(rows["R2"].measured), "refresh_us": number(rows["refresh-cpu"].measured),
        "refresh_bytes": number(rows["refresh-bytes"].measured),
        "stored_bytes": number(rows["start"].figures["stored bytes per image"]),
        "redis_unchanged": number(rows["redis-unchanged"].measured), "checks": checks(rows, curves)}
    with open(TEMPLATE, encoding="utf-8") as text:
        page = string.Template(text.read()).substitute(values)
    for name, content in (("performance.md", page), ("growth.svg", plot(curves))):
        with open(os.path.join(ROOT, "docs", name), "w", encoding="utf-8") as out:
            out.write(content)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        write(json.load(file))
