"""What every gunicorn of the portal is told, in `deploy/` and in `make run`. Where it listens, and with how many
processes and threads, each says on its own command line."""

worker_class = "gthread"
preload_app = True  # Django is loaded once, not once for each worker
timeout = 120
graceful_timeout = 30  # a part of a file on its way in may be seen through
control_socket_disable = True  # its default place is shared by every gunicorn of one account
accesslog = "-"
access_log_format = '%({x-forwarded-for}i)s %(t)s "%(r)s" %(s)s %(b)s %(L)s s'
