"""Work in processes of its own: started under one parent that outlives nothing, bounded, watched, and swept."""
