"""Where a request carries its trace id: 32 hex digits, in a header and in T2A bodies."""

from aiohttp import web

TRACE_ID = web.RequestKey("trace_id", str)
