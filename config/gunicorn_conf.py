"""How gunicorn serves: one process of threads; the database, not Python, sets the pace.

Read by gunicorn as a file (`gunicorn -c config/gunicorn_conf.py`), so that its master stays small.
Environment: BIND, PORT, WEB_WORKERS, WEB_THREADS, ACCESS_LOG.
"""

import os

wsgi_app = "config.wsgi"
bind = f"{os.environ.get('BIND') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 1)
threads = int(os.environ.get("WEB_THREADS") or 8)
timeout = 60  # seconds a worker may be silent
graceful_timeout = 6  # seconds for requests in hand when stopping
keepalive = 5
control_socket_disable = True  # else it opens one in the home folder
loglevel = "warning"
accesslog = "-" if os.environ.get("ACCESS_LOG") == "1" else None
# The path without its query string: a search for a name must not be written down.
access_log_format = '{"at":"%(t)s","method":"%(m)s","path":"%(U)s","status":%(s)s,"ms":%(M)s}'
