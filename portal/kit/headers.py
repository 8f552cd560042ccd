"""Headers that tell browsers what a page may never do, as listed by OWASP's secure headers project."""

from functools import wraps

from django.http import HttpResponseNotAllowed

METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]
OWN = "(self)"
# Which features of the device a page may use; "()" allows nobody. A view allows more with `allows("microphone")`. Only
# names that Chromium knows: it complains about others in the console of every page.
FEATURES = {
    **dict.fromkeys(
        (
            "accelerometer", "camera", "display-capture", "encrypted-media", "gamepad", "geolocation", "gyroscope",
            "hid", "identity-credentials-get", "idle-detection", "keyboard-map", "local-fonts", "magnetometer",
            "microphone", "midi", "payment", "screen-wake-lock", "serial", "storage-access", "usb",
            "window-management", "xr-spatial-tracking",
        ),
        "()",
    ),
    **dict.fromkeys(
        (
            "autoplay", "clipboard-write", "fullscreen", "picture-in-picture",
            "publickey-credentials-create", "publickey-credentials-get",
        ),
        OWN,
    ),
}  # fmt: skip
HEADERS = {  # SecurityMiddleware also sets some, but not every response passes it
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Permitted-Cross-Domain-Policies": "none",
}


def allows(*features: str):
    """Let the pages of the decorated view use these features of the device."""

    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            response = view(request, *args, **kwargs)
            response.headers["Permissions-Policy"] = _policy({**FEATURES, **dict.fromkeys(features, OWN)})
            return response

        return wrapper

    return decorator


def headers(get_response):
    """Middleware, the first of all: set the same headers on everything. Refuse TRACE and unknown methods."""

    def middleware(request):
        response = get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)
        for name, value in {**HEADERS, "Permissions-Policy": _policy(FEATURES)}.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def _policy(features: dict[str, str]) -> str:
    return ", ".join(f"{name}={who}" for name, who in sorted(features.items()))
