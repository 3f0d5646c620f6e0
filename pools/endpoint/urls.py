"""The wire's addresses, exactly as the service spells them: no trailing slash, no redirect."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
