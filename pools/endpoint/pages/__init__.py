"""The control room: pages on which staff steer hosted projects. The guest house's own, in the frame of the console.

The console imports nothing of it: its settings name the context processor and its table of addresses includes these, as
they do with the rest of the endpoint. Nothing here imports the console; the frame is a template, and who is staff is
Django's to say.
"""
