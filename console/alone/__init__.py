"""The embedded endpoint alone, for other people's tests: `python manage.py sandbox`."""
