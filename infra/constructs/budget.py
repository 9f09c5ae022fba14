"""A monthly budget over everything tagged as this project's."""

from aws_cdk import aws_budgets as budgets
from constructs import Construct

from infra.stage import AlarmSettings


def budget(scope: Construct, settings: AlarmSettings) -> budgets.CfnBudget:
    """Return a budget that warns of a forecast above it."""
    return budgets.CfnBudget(
        scope,
        "Budget",
        budget=budgets.CfnBudget.BudgetDataProperty(
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=budgets.CfnBudget.SpendProperty(amount=settings.budget_usd, unit="USD"),
            cost_filters={"TagKeyValue": ["user:project$netpulse"]},
        ),
        notifications_with_subscribers=[_warning(settings.email)] if settings.email else None,
    )


def _warning(email: str) -> budgets.CfnBudget.NotificationWithSubscribersProperty:
    return budgets.CfnBudget.NotificationWithSubscribersProperty(
        notification=budgets.CfnBudget.NotificationProperty(
            comparison_operator="GREATER_THAN", notification_type="FORECASTED", threshold=100
        ),
        subscribers=[
            budgets.CfnBudget.SubscriberProperty(address=email, subscription_type="EMAIL")
        ],
    )
