"""HTTP around the endpoint: a port for all services together, and one for each alone."""
import dataclasses
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import services
from .account import Account
from .endpoint import Endpoint, Request

CALLS = "/-/calls"


class Server:
    """Listens on loopback from its construction on, until it is closed."""

    def __init__(self, scenario):
        self._endpoint = Endpoint(Account(scenario))
        self._lock = threading.Lock()
        self._listeners = {name: self._listen(name) for name in (None, *services.NAMES)}
        self.urls = {name or "all": f"http://127.0.0.1:{listener.server_port}" for name, listener in self._listeners.items()}

    def close(self):
        for listener in self._listeners.values():
            listener.shutdown()
            listener.server_close()

    def _listen(self, service):
        listener = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._endpoint, self._lock, service))
        listener.daemon_threads = True
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return listener


def _handler(endpoint, lock, service):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and body are two writes; with Nagle's algorithm the second waits for the client's acknowledgement.
        disable_nagle_algorithm = True

        def _answer(self):
            length = self.headers.get("Content-Length", "0")
            if "Transfer-Encoding" in self.headers or not length.isdecimal():
                self.close_connection = True
                self._send(411, {}, b"")
                return
            body = self.rfile.read(int(length))
            with lock:
                if self.path == CALLS:
                    log = json.dumps([dataclasses.asdict(call) for call in endpoint.calls], default=lambda time: time.isoformat())
                    answer = 200, {"Content-Type": "application/json"}, log.encode()
                else:
                    answer = endpoint.answer(Request(self.command, self.path, self.headers, body), service)
            self._send(*answer)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _answer

        def _send(self, status, headers, body):
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """The calls are in the endpoint's own log."""

    return Handler
