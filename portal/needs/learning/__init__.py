"""Learning from people: what they are asked to look at, the models trained on what they said, and what is in force."""
