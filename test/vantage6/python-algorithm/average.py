"""The mean of a column over all organizations: an algorithm in Python, with vantage6's own tools for algorithms."""
from vantage6.algorithm.tools.decorators import algorithm_client, data


@data(1)
def partial(frame, column, above=None):
    values = frame[column].dropna()
    if above is not None:
        values = values[values > above]
    return {"sum": float(values.sum()), "people": len(values), "mean": float(values.mean())}


@algorithm_client
def average(client, column):
    task = client.task.create(
        input_={"method": "partial", "kwargs": {"column": column}},
        organizations=[organization["id"] for organization in client.organization.list()],
        name="partial averages",
    )
    parts = client.wait_for_results(task["id"], interval=0.5)
    people = sum(part["people"] for part in parts)
    return {"mean": sum(part["sum"] for part in parts) / people, "people": people}
