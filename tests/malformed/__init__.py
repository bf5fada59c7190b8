"""Malformed requests at every page: no error page, nothing half written."""
