"""What is kept of leads: as long as the agency is here, like the conversations behind them."""

from leads.models import Fact, FollowUp, Lead
from privacy.registry import Category, WhileActive, register

for model in (Lead, Fact, FollowUp):
    register(model, category=Category.LEADS, period=WhileActive())
