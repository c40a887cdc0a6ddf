"""What supervision costs and who pays: frames, tariffs, municipal shares, hour prices."""
