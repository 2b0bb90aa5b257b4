"""Answering requests, and nothing that slows a start down: no scikit-learn, SHAP or MLflow here."""
