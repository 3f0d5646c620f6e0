"""What the embedded endpoint remembers."""

from pools.endpoint.models.access import AccessKey, Account, EndpointProject, IamUser, SeenSignature, Token

__all__ = ["AccessKey", "Account", "EndpointProject", "IamUser", "SeenSignature", "Token"]
