"""`python -m switchyard.brokers.embedded PORT`: the embedded broker in the foreground."""

import sys

import uvloop

from switchyard.brokers.embedded.server import serve

if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))
