"""The vantage6 server: server.py CONFIG PORT."""
from gevent import monkey

monkey.patch_all()
import sys

import compat  # noqa: F401
from vantage6.server import run_dev_server, run_server

run_dev_server(run_server(sys.argv[1], False), host="127.0.0.1", port=int(sys.argv[2]))
