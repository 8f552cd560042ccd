"""What workers make from evidence so that it can be viewed: one module for each kind of file.

`making` is the portal's side: it runs a maker, stores the result, and records progress. The makers themselves run in
a child process (`child`) without Django or secrets and with limits, so that a hostile file can ruin nothing but its
own preview. What is made contains only what is seen or heard: metadata, GPS and scripts are left behind, and the
original is kept byte for byte.
"""
