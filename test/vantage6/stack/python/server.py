"""The vantage6 server: server.py CONFIG PORT."""
from gevent import monkey

monkey.patch_all()
import sys

import compat  # noqa: F401
from sqlalchemy import event
from sqlalchemy.engine import Engine
from vantage6.server import run_dev_server, run_server


@event.listens_for(Engine, "connect")
def do_not_wait_for_the_disk(connection, _record):
    """Every request writes when it came. What a test server knows need not outlive a power cut."""
    connection.execute("PRAGMA synchronous=OFF")


run_dev_server(run_server(sys.argv[1], False), host="127.0.0.1", port=int(sys.argv[2]))
