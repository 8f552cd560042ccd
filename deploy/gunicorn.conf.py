"""Settings for every gunicorn of the portal, in `deploy/` and in `make run`. The address and the number of
processes and threads are on the command line of each."""

worker_class = "gthread"
preload_app = True  # Django is loaded once, not once for each worker
timeout = 120
graceful_timeout = 30  # time to finish receiving a part of a file
control_socket_disable = True  # its default path is shared by every gunicorn of one account
accesslog = "-"
access_log_format = '%({x-forwarded-for}i)s %(t)s "%(r)s" %(s)s %(b)s %(L)s s'
