"""The router: which pages there are, and the frame around each. Run through `asgi.py`."""

from __future__ import annotations

import streamlit as st

from streamlit_app.ui import frame

st.set_page_config(page_title=frame.PRODUCT, page_icon=str(frame.ICON), layout="wide")
st.logo(str(frame.ICON), size="large")

# A flat list: sections of the navigation break accessibility rules of lists.
page = st.navigation(
    [
        st.Page(
            "app_pages/overview.py", title="Overview", icon=":material/dashboard:", default=True
        ),
        st.Page(
            "app_pages/imports.py",
            title="Imports",
            icon=":material/upload_file:",
            url_path="imports",
        ),
        st.Page("app_pages/people.py", title="People", icon=":material/group:", url_path="people"),
    ]
)
frame.run_page(page)
