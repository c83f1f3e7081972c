"""Validates JSON documents against JSON Schemas: validate_answers.py FOLDER.

Each FOLDER/NAME.schema.json is a schema; FOLDER/NAME.*.json are documents that must meet it.
"""

import json
import pathlib
import sys

import jsonschema

folder = pathlib.Path(sys.argv[1])
checked = 0
for schema_file in sorted(folder.glob("*.schema.json")):
    schema = json.loads(schema_file.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    name = schema_file.name.removesuffix(".schema.json")
    for document_file in sorted(folder.glob(name + ".*.json")):
        if document_file == schema_file:
            continue
        checked += 1
        for error in validator.iter_errors(json.loads(document_file.read_text(encoding="utf-8"))):
            print(f"{document_file.name}: {error.json_path}: {error.message}", file=sys.stderr)
            checked = -1_000_000
print(checked, "documents checked")
sys.exit(0 if checked > 0 else 1)
