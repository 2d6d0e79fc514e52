"""The search attributes of the cases namespace: opaque ids and plain words only, never names.

PostgreSQL visibility has ten Keyword columns a namespace; eight are used.
"""

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.common import SearchAttributeKey

PROGRAMME = SearchAttributeKey.for_keyword("Programme")
TUTOR_NUMBER = SearchAttributeKey.for_keyword("TutorNumber")
CASE_STATE = SearchAttributeKey.for_keyword("CaseState")
ASSIGNEE = SearchAttributeKey.for_keyword("Assignee")
OWNER_GROUP = SearchAttributeKey.for_keyword("OwnerGroup")
RISK_BAND = SearchAttributeKey.for_keyword("RiskBand")
RULE_ID = SearchAttributeKey.for_keyword("RuleId")
OUTCOME = SearchAttributeKey.for_keyword("Outcome")
DUE_AT = SearchAttributeKey.for_datetime("DueAt")
CHURN_SCORE = SearchAttributeKey.for_int("ChurnScore")
OVERDUE = SearchAttributeKey.for_bool("Overdue")

KEYWORDS = (PROGRAMME, TUTOR_NUMBER, CASE_STATE, ASSIGNEE, OWNER_GROUP, RISK_BAND, RULE_ID, OUTCOME)
TYPES: dict[str, IndexedValueType.ValueType] = {
    **{key.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD for key in KEYWORDS},
    DUE_AT.name: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    CHURN_SCORE.name: IndexedValueType.INDEXED_VALUE_TYPE_INT,
    OVERDUE.name: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
}
