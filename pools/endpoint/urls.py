"""The wire's addresses, exactly as the service spells them: no trailing slash, no redirect."""

from django.urls import URLPattern, URLResolver, re_path

from pools.endpoint.transport import NoSuchApi

urlpatterns: list[URLPattern | URLResolver] = [
    # Last: also keeps CommonMiddleware from answering with a redirect to the same path and a slash.
    re_path(r"^v[123](?:/[\s\S]*)?$", NoSuchApi.as_view()),
]
