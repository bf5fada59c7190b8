"""The desk: what billing staff work with all day. Pages inside the admin's skin."""
