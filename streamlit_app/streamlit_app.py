"""The router: who is there, which pages there are, the frame around each. Run by `asgi.py`."""

from __future__ import annotations

import streamlit as st

from streamlit_app import navigation
from streamlit_app.ui import frame

st.set_page_config(page_title=frame.PRODUCT, page_icon=str(frame.ICON), layout="wide")
st.logo(str(frame.ICON), size="large")

navigation.run()
