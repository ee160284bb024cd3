namespace Shipper.LocalPipeline.Configuration;

/// <summary>The environment of the three processes: the local Firehose's credentials in place of whatever the user has.</summary>
internal static class ChildEnvironment
{
    // Each could lead the SDK to real credentials, or add a token to the local ones.
    private static readonly string[] Unwanted =
    [
        "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "STATE_DIRECTORY", "LOGS_DIRECTORY",
    ];

    /// <summary>Changes <paramref name="environment"/>, a copy of this process's own.</summary>
    public static void Apply(IDictionary<string, string?> environment)
    {
        foreach (var name in Unwanted)
        {
            environment.Remove(name);
        }

        environment["AWS_ACCESS_KEY_ID"] = "local";
        environment["AWS_SECRET_ACCESS_KEY"] = "local-secret";
        environment["AWS_EC2_METADATA_DISABLED"] = "true";
        environment["NO_PROXY"] = environment["no_proxy"] = "127.0.0.1,localhost";
    }
}
