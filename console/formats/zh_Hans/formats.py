DATE_FORMAT = "Y年n月j日"
TIME_FORMAT = "H:i"
# Of this year: what stands after "since".
SHORT_DATETIME_FORMAT = "n月j日 H:i"
DATETIME_FORMAT = "Y年n月j日 H:i:s T"
