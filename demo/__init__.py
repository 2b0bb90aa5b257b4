"""The sample story: real flight records of 2013 through every stage, watched live."""
