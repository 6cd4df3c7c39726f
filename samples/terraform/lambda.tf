resource "aws_lambda_function" "scaler" {
  function_name = local.scaler_name
  description   = "Adds mount targets as the files grow, publishes the shard map and rolls it out"
  role          = aws_iam_role.scaler.arn

  filename         = var.scaler_package
  source_code_hash = fileexists(var.scaler_package) ? filebase64sha256(var.scaler_package) : null
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.cpu_architecture == "X86_64" ? "x86_64" : "arm64"]
  memory_size      = var.scaler_memory

  # Counting, and a mount target that takes minutes to come up, have to fit in.
  timeout = var.scaler_timeout

  # Two runs at once are harmless, and of no use.
  reserved_concurrent_executions = var.scaler_reserved_concurrency

  vpc_config {
    # Lambda wants a mount target in each of its zones.
    subnet_ids         = [for key in local.initial_keys : local.subnet_ids[key]]
    security_group_ids = [aws_security_group.scaler.id]
  }

  file_system_config {
    arn              = aws_efs_access_point.files.arn
    local_mount_path = local.target_directory
  }

  environment {
    variables = local.scaler_environment
  }

  # With Lambda's own JSON format it would drop the metrics, which have no level, when the level is above INFO.
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.scaler.name
  }

  depends_on = [
    aws_efs_mount_target.initial,
    aws_efs_file_system_policy.files,
    aws_iam_role_policy.scaler,
    aws_vpc_endpoint.interface,
    aws_vpc_security_group_egress_rule.nfs,
    aws_vpc_security_group_ingress_rule.nfs,
  ]
}

locals {
  target_directory = "/mnt/efs"

  scaler_environment = {
    EFS_FILE_SYSTEM_ID   = aws_efs_file_system.files.id
    EFS_ACCESS           = "mounted"
    TARGET_DIRECTORY     = local.target_directory
    REQUIRE_MOUNT        = "true"
    FILE_COUNT_THRESHOLD = tostring(var.file_count_threshold)
    SSM_PARAMETER_NAME   = aws_ssm_parameter.map.name
    ECS_CLUSTER_NAME     = local.cluster_name
    ECS_SERVICE_NAME     = local.service_name
    VPC_ID               = local.vpc_id
    SECURITY_GROUP_ID    = aws_security_group.efs.id
    AWS_LAMBDA_LOG_LEVEL = var.log_level
  }
}

# A run that is missed comes again with the next event; a queue of missed ones would only be run one after the other.
resource "aws_lambda_function_event_invoke_config" "scaler" {
  function_name                = aws_lambda_function.scaler.function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 60
}

data "aws_iam_policy_document" "scaler_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "scaler" {
  name               = local.scaler_name
  description        = "The scaler function of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.scaler_trust.json
}

data "aws_iam_policy_document" "scaler" {
  statement {
    sid       = "Provision"
    actions   = ["elasticfilesystem:CreateMountTarget", "elasticfilesystem:DescribeFileSystems", "elasticfilesystem:DescribeMountTargets"]
    resources = [aws_efs_file_system.files.arn]
  }

  # What EFS calls in our name for CreateMountTarget, and Lambda for a function in a VPC.
  statement {
    sid = "Network"
    actions = [
      "ec2:AssignPrivateIpAddresses",
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:UnassignPrivateIpAddresses",
    ]
    resources = ["*"]
  }

  # Of those, what Lambda needs and the function's own code does not.
  statement {
    sid       = "NotByTheCode"
    effect    = "Deny"
    actions   = ["ec2:AssignPrivateIpAddresses", "ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"]
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "lambda:SourceFunctionArn"
      values   = [local.scaler_arn]
    }
  }

  statement {
    sid       = "Publish"
    actions   = ["ssm:GetParameter", "ssm:PutParameter"]
    resources = [local.parameter_arn]
  }

  statement {
    sid       = "RollOut"
    actions   = ["ecs:DescribeServices", "ecs:UpdateService"]
    resources = [local.service_arn]
  }

  statement {
    sid       = "Count"
    actions   = ["elasticfilesystem:ClientMount"]
    resources = [aws_efs_file_system.files.arn]

    condition {
      test     = "StringEquals"
      variable = "elasticfilesystem:AccessPointArn"
      values   = [aws_efs_access_point.files.arn]
    }
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.scaler.arn}:*"]
  }
}

resource "aws_iam_role_policy" "scaler" {
  name   = "scaler"
  role   = aws_iam_role.scaler.id
  policy = data.aws_iam_policy_document.scaler.json
}
