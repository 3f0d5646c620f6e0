DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
# Of this year: what stands after "since".
SHORT_DATETIME_FORMAT = "j M, H:i"
DATETIME_FORMAT = "j M Y, H:i:s T"
