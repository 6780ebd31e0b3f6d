"""The algorithm store: store.py CONFIG PORT.

gevent has to patch before ssl is loaded. The store's own development server wants Socket.IO, which a store has not.
"""
from gevent import monkey

monkey.patch_all()
import sys

import compat  # noqa: F401
from gevent.pywsgi import WSGIServer
from vantage6.algorithm.store import run_server

WSGIServer(("127.0.0.1", int(sys.argv[2])), run_server(sys.argv[1], False).app).serve_forever()
