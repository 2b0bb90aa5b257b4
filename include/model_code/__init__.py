"""What runs in the models' container on SageMaker: training, evaluation, serving and the drift report."""
