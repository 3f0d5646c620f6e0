"""The face: pages, wizard, dashboard and settings. It shows and asks; the heart (`pools`) decides."""
