"""Named, parameterised statements over the marts. Nothing in here imports Streamlit."""
