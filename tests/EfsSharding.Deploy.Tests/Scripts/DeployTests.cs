using System.Runtime.Versioning;

namespace EfsSharding.Deploy.Tests.Scripts;

/// <summary>What the scripts run, in which order, and what they do when something has gone wrong or is done already.</summary>
[TestFixture]
[Platform("Linux")]
[UnsupportedOSPlatform("windows")]
internal sealed class DeployTests
{
    private Workshop _workshop = null!;

    [SetUp]
    public void Open() => _workshop = new Workshop();

    [TearDown]
    public void Close() => _workshop.Dispose();

    [Test]
    public async Task DryRun_PrintsTheWholeSequence_AndRunsNothing()
    {
        _workshop.Environment.Remove("AWS_REGION");
        foreach (var tool in StandIns.All.Keys.Except(["git"]))
        {
            _workshop.Remove(tool);
        }

        var run = (await _workshop.RunAsync("deploy_all.sh", "--dry-run", "--yes")).Succeeded();
        AssertOrder(
            run.Output.Split('\n'),
            "+ terraform .* init",
            "+ dotnet publish .*samples/ScalerLambda",
            "+ zip .*scaler.zip .*bootstrap",
            "+ terraform .* apply .*-target=aws_ecr_repository.worker",
            "+ aws ecr get-login-password .*docker login",
            "+ docker build .*--file .*samples/Worker/Dockerfile",
            "+ docker push",
            "+ {.*worker_image_tag",
            "+ terraform .* apply -input=false -auto-approve$",
            "+ aws ecs wait services-stable",
            "+ aws lambda invoke",
            "== Deployed");
        Assert.That(_workshop.Calls.Where(call => !call.StartsWith("git ", StringComparison.Ordinal)), Is.Empty);
        Assert.That(File.Exists(_workshop.TagNote), Is.False);
    }

    [Test]
    public async Task Deploy_RunsWhatTheDryRunPrints_AndEndsWithAScalingRun()
    {
        var run = (await _workshop.RunAsync("deploy_all.sh", "--yes", "--tag", "v1")).Succeeded();
        AssertOrder(
            _workshop.Calls,
            "aws sts get-caller-identity",
            "terraform .* init",
            "dotnet publish .*samples/ScalerLambda",
            "objdump -T",
            "zip ",
            "terraform .* apply .*worker_image_tag=v1 -target=aws_ecr_repository.worker",
            "aws ecr describe-images .*imageTag=v1",
            "docker login",
            "docker build .*--target worker .*demo-worker:v1",
            "docker push .*demo-worker:v1",
            "terraform .* apply -input=false -auto-approve$",
            "aws ecs wait services-stable .*--services the-service_name",
            "aws ecs describe-services",
            "aws lambda invoke .*--function-name the-scaler_function_name");
        Assert.That(File.ReadAllText(_workshop.TagNote), Is.EqualTo("{\"worker_image_tag\": \"v1\"}\n"));
        Assert.That(run.Output, Does.EndWith("{\"file_count\":1}\n== Deployed\n"));
    }

    [Test]
    public async Task Deploy_OfAPushedImage_PushesNothing()
    {
        _workshop.Put("aws", "[[ $* != 'ecr describe-images '* ]] || exit 0\n" + StandIns.Aws);
        var run = (await _workshop.RunAsync("deploy_all.sh", "--yes", "--tag", "v1")).Succeeded();
        Assert.That(_workshop.Calls.Where(call => call.StartsWith("docker", StringComparison.Ordinal)), Is.Empty);
        Assert.That(run.Output, Does.Contain("demo-worker:v1 is pushed already"));
        Assert.That(File.Exists(_workshop.TagNote));
    }

    [TestCase("ecr describe-images", "echo AccessDeniedException >&2; exit 254", "ECR does not say whether there is an image v1: AccessDeniedException", "docker build")]
    [TestCase("ecs describe-services", "echo FAILED", "The rollout of the-service_name is FAILED", "aws lambda invoke")]
    [TestCase("lambda invoke", "echo ServiceException >&2; exit 254", "The function cannot be run: ServiceException", "nothing")]
    [TestCase("lambda invoke", "echo '{\"errorMessage\":\"no\"}' >\"${@: -1}\"; echo Unhandled", "The scaling run failed: {\"errorMessage\":\"no\"}", "nothing")]
    public async Task Deploy_StopsWhereSomethingFails_AndSaysWhat(string call, string answer, string message, string notCalled)
    {
        _workshop.Put("aws", $"case \"$*\" in '{call} '*) {answer}; exit ;; esac\n{StandIns.Aws}");
        var run = await _workshop.RunAsync("deploy_all.sh", "--yes", "--tag", "v1");
        Assert.Multiple(() =>
        {
            Assert.That(run.Status, Is.EqualTo(1));
            Assert.That(run.Error, Does.Contain(message));
            Assert.That(_workshop.Calls.Where(line => line.StartsWith(notCalled, StringComparison.Ordinal)), Is.Empty);
        });
    }

    [Test]
    public async Task Deploy_WhileTheFunctionRuns_IsDoneAllTheSame()
    {
        _workshop.Put("aws", $"case \"$*\" in 'lambda invoke '*) echo TooManyRequestsException >&2; exit 254 ;; esac\n{StandIns.Aws}");
        var run = (await _workshop.RunAsync("deploy_all.sh", "--yes", "--tag", "v1")).Succeeded();
        Assert.That(run.Output, Does.EndWith("== A run is under way already\n== Deployed\n"));
    }

    [Test]
    public async Task Deploy_ForOtherProcessors_IsRefusedBeforeAnythingIsMade()
    {
        _workshop.Put("terraform", "[[ $* != *' console '* ]] || { echo '\"RISC\"'; exit; }\n" + StandIns.Terraform);
        var run = await _workshop.RunAsync("deploy_all.sh", "--yes", "--tag", "v1");
        Assert.That(run.Status, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("cpu_architecture in Terraform is RISC"));
        Assert.That(_workshop.Calls.Where(call => call.Contains("apply", StringComparison.Ordinal) || call.StartsWith("dotnet", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Package_ThatNeedsANewerGlibc_IsNotMade()
    {
        _workshop.Put("objdump", StandIns.Objdump("2.38"));
        var run = await _workshop.RunAsync("deploy_lambda.sh");
        Assert.That(run.Status, Is.EqualTo(1));
        Assert.That(run.Error, Does.Contain("The function needs glibc 2.38, and Lambda has 2.34."));
        Assert.That(_workshop.Calls.Where(call => call.StartsWith("zip", StringComparison.Ordinal) || call.Contains("update-function-code", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("deploy_lambda.sh", "Terraform has made no function yet; run deploy_all.sh, or name one with --function.")]
    [TestCase("build_and_push_worker.sh", "Terraform has made no repository yet; run deploy_all.sh, or name one with --repository.")]
    public async Task WithoutADeployment_NothingIsUpdated(string script, string message)
    {
        // What Terraform 1.11 prints, with exit status 0, of a state without outputs.
        _workshop.Put("terraform", "echo 'Warning: No outputs found'; echo; echo 'The state file either has no outputs defined, or'");
        var run = await _workshop.RunAsync(script);
        Assert.That((run.Status, run.Error), Is.EqualTo((1, $"{script}: {message}\n")));
        Assert.That(_workshop.Calls.Where(call => call.StartsWith("docker", StringComparison.Ordinal) || call.StartsWith("aws lambda", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task Destroy_OfNothing_IsDoneAtOnce()
    {
        _workshop.Put("terraform", "[[ $* != *' output '* ]] || printf 'Warning: No outputs found\n\nmore\n'");
        (await _workshop.RunAsync("destroy.sh")).Succeeded();
        Assert.That(_workshop.Calls.Where(call => call.StartsWith("aws efs", StringComparison.Ordinal)), Is.Empty);
        AssertOrder(_workshop.Calls, "terraform .* destroy -input=false -auto-approve -var worker_image_tag=none$");
    }

    [Test]
    public async Task DeployLambda_UpdatesTheFunction_AndWaits()
    {
        (await _workshop.RunAsync("deploy_lambda.sh", "--function", "mine")).Succeeded();
        AssertOrder(_workshop.Calls, "zip ", "aws lambda update-function-code --region eu-west-1 --function-name mine .*scaler.zip", "aws lambda wait function-updated-v2 .*mine");
    }

    [Test]
    public async Task KernelMounts_TakeTheirOwnImage()
    {
        _workshop.Put("terraform", "[[ $* != *' console '* ]] || { read -r name; [[ $name == *compute ]] && echo '\"MANAGED_INSTANCES\"' || echo '\"ARM64\"'; exit; }\n" + StandIns.Terraform);
        (await _workshop.RunAsync("build_and_push_worker.sh", "--tag", "v1")).Succeeded();
        AssertOrder(_workshop.Calls, "docker build --platform linux/arm64 --target kernel ");
    }

    [Test]
    public async Task WithoutAContainerEngine_DotnetPublishes()
    {
        _workshop.Remove("docker");
        (await _workshop.RunAsync("build_and_push_worker.sh", "--tag", "v1", "--builder", "dotnet")).Succeeded();
        AssertOrder(
            _workshop.Calls,
            "dotnet publish .*samples/Worker .*-t:PublishContainer .*ContainerRegistry=000000000000.dkr.ecr.eu-west-1.amazonaws.com .*ContainerRepository=demo-worker .*ContainerImageTag=v1");
    }

    [Test]
    public async Task Destroy_DeletesTheMountTargetsThatTerraformDoesNotKnow_BeforeTheRest()
    {
        (await _workshop.RunAsync("destroy.sh", "--confirm", "fs-1")).Succeeded();
        AssertOrder(
            _workshop.Calls,
            "terraform .* destroy .*-target=aws_lambda_function.scaler",
            "aws efs describe-mount-targets",
            "aws efs delete-mount-target .*fsmt-added",
            "aws efs describe-mount-targets",
            "terraform .* destroy -input=false -auto-approve -var worker_image_tag=none$");
        Assert.That(_workshop.Calls.Count(call => call.Contains("delete-mount-target", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Destroy_WithoutTheRightId_DestroysNothing()
    {
        var wrong = await _workshop.RunAsync("destroy.sh", "--confirm", "fs-2");
        var silent = await _workshop.RunAsync("destroy.sh");
        Assert.That((wrong.Status, silent.Status), Is.EqualTo((1, 1)));
        Assert.That(wrong.Error, Does.Contain("Nothing is destroyed: 'fs-2' is not fs-1."));
        Assert.That(_workshop.Calls.Where(call => call.Contains("destroy", StringComparison.Ordinal) || call.Contains("delete", StringComparison.Ordinal)), Is.Empty);
    }

    private static void AssertOrder(IEnumerable<string> lines, params string[] patterns)
    {
        using var line = lines.GetEnumerator();
        foreach (var pattern in patterns)
        {
            var found = false;
            while (!found && line.MoveNext())
            {
                found = System.Text.RegularExpressions.Regex.IsMatch(line.Current, pattern.Replace("+ ", @"\+ ", StringComparison.Ordinal), System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5));
            }

            Assert.That(found, $"There is no '{pattern}' after the steps before it in:\n{string.Join('\n', lines)}");
        }
    }
}
