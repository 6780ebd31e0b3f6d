"""A vantage6 node as a process of this machine: node.py NAME CONFIG HOST.

HOST is the address at which containers reach the node's proxy; stock nodes bind every address of theirs.
"""
import sys

import compat  # noqa: F401
from gevent.pywsgi import WSGIServer
from vantage6.cli.context.node import NodeContext

import vantage6.node as node

name, config, host = sys.argv[1:]
NodeContext.running_in_docker = False
node.WSGIServer = lambda address, *rest, **named: WSGIServer((host, address[1]), *rest, **named)
node.run(NodeContext(name, False, config))
