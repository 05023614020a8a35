"""What the API is set to, and how it describes itself; orgportal.settings takes it in."""

from datetime import timedelta

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "orgportal.core.api_schema.PortalSchema",
    "DEFAULT_THROTTLE_RATES": {
        "token": "10/hour",
        "reveal": "60/hour",
        "guest": "30/hour",
        "identity": "120/hour",
        "calendar": "60/hour",
        "calendar_stray": "30/hour",
    },
    "NUM_PROXIES": 0,  # the address is settled in our middleware
    "EXCEPTION_HANDLER": "orgportal.core.api.exception_handler",
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=30), "AUTH_HEADER_PREFIX": "Bearer"}
PORTAL_VERSION = "0.1.0"
SPECTACULAR_SETTINGS = {
    "TITLE": "orgportal",
    "DESCRIPTION": "Branches, members, activities, transfers and summaries, within the caller's scope.",
    "VERSION": PORTAL_VERSION,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "ActivityKindEnum": "activities.choices.ActivityKind",
        "ActivityStateEnum": "activities.choices.ActivityState",
        "AdmittedStandingEnum": "members.api.register_serializers.ADMITTED",
        "BatchActEnum": "members.choices.BatchAct",
        "BatchRowStateEnum": "members.choices.BatchRowState",
        "BatchStateEnum": "members.choices.BatchState",
        "BodyKindEnum": "branches.choices.Kind",
        "CampaignStateEnum": "activities.choices.CampaignState",
        "CaseActEnum": "members.choices.CaseAct",
        "CaseGroundEnum": "members.choices.CaseGround",
        "CaseKindEnum": "members.choices.CaseKind",
        "CaseStateEnum": "members.choices.CaseState",
        "ChangeKindEnum": "members.choices.ChangeKind",
        "ChangeStateEnum": "members.choices.ChangeState",
        "DismissReasonEnum": "members.choices.DismissReason",
        "DutyStateEnum": "activities.choices.DutyState",
        "InflowStateEnum": "members.choices.InflowState",
        "LeaveReasonEnum": "activities.choices.LeaveReason",
        "MergedFieldEnum": "members.api.merge_serializers.CHOSEN",
        "MergedRecordEnum": "members.api.merge_serializers.RECORDS",
        "MobileReasonEnum": "members.choices.MobileReason",
        "MobileStateEnum": "members.choices.MobileState",
        "PaperKindEnum": "members.choices.PaperKind",
        "PaperStateEnum": "members.choices.PaperState",
        "PaperTemplateKindEnum": "members.models.paper_templates.KINDS",
        "PaperTemplateStateEnum": "members.choices.TemplateState",
        "PledgeStateEnum": "activities.choices.PledgeState",
        "PostKindEnum": "branches.choices.PostKind",
        "ProposalKindEnum": "members.choices.ProposalKind",
        "ProposalStateEnum": "members.choices.ProposalState",
        "RefusalReasonEnum": "members.choices.RefusalReason",
        "SearchRoomEnum": "orgportal.search.queries.ROOM_CHOICES",
        "StandingEnum": "members.choices.Standing",
        "TransferMoveEnum": "members.choices.TransferMove",
        "TransferReasonEnum": "members.choices.TransferReason",
        "TransferStateEnum": "members.choices.TransferState",
    },
}
