"""The operations dashboard: reads the marts as the `app` account, decides and writes nothing."""
