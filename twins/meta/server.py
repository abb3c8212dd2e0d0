"""The twin's HTTP server: who answers what."""

import re
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from ..scripting import BadFault
from ..serving import DropConnection, Response, TwinHandler, TwinServer
from . import control, graph_api, pages
from .exchange import Request
from .graph import GraphError
from .state import Unknown


class Handler(TwinHandler):
    """Finds who answers a request."""

    server_version = "MetaTwin"
    server: "Server"

    def respond(self, body: bytes) -> Response:
        address = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        return self._respond(Request(self.command, address.path, query, headers, body))

    def _respond(self, request: Request) -> Response:
        try:
            return self._route(request)
        except GraphError as error:
            return Response(error.body(), error.status)
        except Unknown as error:
            return Response({"error": str(error)}, HTTPStatus.NOT_FOUND)
        except (BadFault, control.BadRequest) as error:
            return Response({"error": str(error)}, HTTPStatus.BAD_REQUEST)
        except DropConnection:
            raise
        except Exception as error:
            self.log_error("%r", error)
            message = f"the twin itself failed: {error!r}"
            return Response({"error": message}, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _route(self, request: Request) -> Response:
        twin = self.server.twin
        if self.is_chunked:
            return Response({"error": "send a Content-Length"}, HTTPStatus.LENGTH_REQUIRED)
        if self.is_too_large:
            return Response({"error": "too large"}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if re.match(r"/v\d+\.\d+/|/downloads/", request.path):
            return graph_api.respond(twin, request)
        if not self._same_site(request):
            return Response({"error": "not from another site"}, HTTPStatus.FORBIDDEN)
        if request.path.startswith("/twin/"):
            return control.respond(twin, request)
        return pages.respond(twin, request)

    def _same_site(self, request: Request) -> bool:
        """Web pages elsewhere, also ones that point a name at 127.0.0.1, cannot play customers."""
        host = request.headers.get("host", "")
        origin = request.headers.get("origin")
        named = urlsplit(f"//{host}").hostname in self.server.twin.allowed_hosts
        return named and origin in (None, f"http://{host}", f"https://{host}")


class Server(TwinServer):
    """Serves the Graph API, the control API under `/twin/` and the pages on 127.0.0.1."""

    handler = Handler

    def stop(self) -> None:
        self.stopping.set()
        with self.twin.state.changed:
            self.twin.state.changed.notify_all()  # so that no thread outlives the server
        super().stop()
