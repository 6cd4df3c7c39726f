#!/usr/bin/python3
"""An AWS endpoint for tests, driven by AWS's own service models. See README.md beside this file.

    endpoint.py [--scenario FILE]

prints one line of JSON with its URLs, and answers until its standard input ends or it is told to stop.
"""
import argparse
import json
import pathlib
import sys

from aws_models.server import Server


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--scenario", type=pathlib.Path, help="a JSON file with settings of aws_models/account.py, DEFAULTS")
    scenario = parser.parse_args().scenario
    server = Server(json.loads(scenario.read_text("utf-8")) if scenario else {})
    print(json.dumps(server.urls), flush=True)
    sys.stdin.read()
    server.close()


if __name__ == "__main__":
    main()
