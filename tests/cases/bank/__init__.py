"""A month of real calls against the router: its order, its languages, its waits.

The data (the Anonymous Bank call centre, Technion) may not be shipped; a made-up month of the same
shape is made by `synthetic`, so that all of this runs everywhere.
"""
