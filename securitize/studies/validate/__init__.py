"""Is every file of a folder valid, by itself and with the others?"""
