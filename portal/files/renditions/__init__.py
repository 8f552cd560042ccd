"""What workers make from evidence so that it can be looked at: a module a kind of file.

`making` is the room's side: it runs a maker, stores what comes of it, and says how far it is. The makers
themselves run in a child process (`child`) without Django, secrets or open-ended limits, so that a hostile file can
kill nothing but its own preview. What is made carries nothing of the original but what is seen or heard:
metadata, GPS and scripts stay behind, and the original stays byte for byte.
"""
