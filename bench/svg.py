"""Curves as SVG: small panels side by side, both axes logarithmic, every point labelled with its value."""
import math

WIDTH, HEIGHT, LEFT, TOP = 300, 230, 34, 56
COLOURS = ("#1f6fb4", "#d4621b", "#2f8f4e")


def places(values, length):
    """Where on a logarithmic axis of that length each value lies."""
    logs = [math.log(max(value, 1e-9)) for value in values]
    low, high = min(logs), max(logs)
    spread = max(high - low, math.log(2))
    middle = (low + high) / 2
    return [length * ((log - middle) / spread + 0.5) for log in logs]


def panel(column, row, title, steps, series, shown):
    """One panel. `series`: {name: values}, all on the same axis."""
    left, top = column * (WIDTH + 20) + LEFT, row * (HEIGHT + 10) + TOP
    inner_width, inner_height = WIDTH - 2 * LEFT, HEIGHT - 2 * TOP
    xs = [left + x for x in places(steps, inner_width)]
    every = [value for values in series.values() for value in values]
    heights = iter(places(every, inner_height))
    out = [f'<text x="{left - 20}" y="{top - 38}" font-weight="bold">{title}</text>']
    for x, step in zip(xs, steps):
        out.append(f'<line x1="{x:.0f}" y1="{top - 8}" x2="{x:.0f}" y2="{top + inner_height + 8}" stroke="#ddd"/>')
        out.append(f'<text x="{x:.0f}" y="{top + inner_height + 36}" text-anchor="middle" fill="#666">{step:,}</text>')
    for number, (name, values) in enumerate(series.items()):
        colour = COLOURS[number]
        points = [(x, top + inner_height - next(heights)) for x in xs]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        out.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for place, ((x, y), value) in enumerate(zip(points, values)):
            above = value == max(other[place] for other in series.values())  # so that close curves stay readable
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
            out.append(f'<text x="{x:.1f}" y="{y - 7 if above else y + 15:.1f}" text-anchor="middle" fill="{colour}">'
                       f"{shown(value)}</text>")
        out.append(f'<text x="{left - 20 + number * 130}" y="{top - 24}" fill="{colour}">{name}</text>')
    return "\n".join(out)


def document(panels, columns):
    rows = -(-len(panels) // columns)
    width, height = columns * (WIDTH + 20), rows * (HEIGHT + 10)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'font-family="sans-serif" font-size="11">\n<rect width="{width}" height="{height}" fill="#fff"/>\n'
            + "\n".join(panels) + "\n</svg>\n")
