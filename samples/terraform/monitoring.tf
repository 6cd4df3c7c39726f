resource "aws_cloudwatch_log_group" "scaler" {
  name              = "/aws/lambda/${local.scaler_name}"
  retention_in_days = var.log_retention_days
}

resource "aws_cloudwatch_log_group" "worker" {
  name              = "/ecs/${local.service_name}"
  retention_in_days = var.log_retention_days
}

# ECS shows a stopped task for an hour; here its reason can be read afterwards.
resource "aws_cloudwatch_log_group" "stopped_tasks" {
  name              = "/aws/events/${var.name}-stopped-tasks"
  retention_in_days = var.log_retention_days
}

data "aws_iam_policy_document" "stopped_tasks" {
  statement {
    sid       = "EventBridge"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.stopped_tasks.arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "stopped_tasks" {
  policy_name     = "${var.name}-stopped-tasks"
  policy_document = data.aws_iam_policy_document.stopped_tasks.json
}

resource "aws_cloudwatch_event_rule" "failed_tasks" {
  name        = "${var.name}-failed-tasks"
  description = "Tasks of ${local.cluster_name} that did not start, or whose container ended by itself"

  event_pattern = jsonencode({
    source      = ["aws.ecs"]
    detail-type = ["ECS Task State Change"]
    detail = {
      clusterArn = [aws_ecs_cluster.main.arn]
      lastStatus = ["STOPPED"]
      stopCode   = ["TaskFailedToStart", "EssentialContainerExited"]
    }
  })
}

resource "aws_cloudwatch_event_target" "failed_tasks" {
  rule = aws_cloudwatch_event_rule.failed_tasks.name
  arn  = aws_cloudwatch_log_group.stopped_tasks.arn

  depends_on = [aws_cloudwatch_log_resource_policy.stopped_tasks]
}

resource "aws_cloudwatch_metric_alarm" "tasks_failing" {
  alarm_name        = "${var.name}-tasks-failing"
  alarm_description = "Tasks stop when they should start or serve. Their reasons are in the log group ${aws_cloudwatch_log_group.stopped_tasks.name}."
  alarm_actions     = var.alarm_topic_arns
  ok_actions        = var.alarm_topic_arns

  namespace           = "AWS/Events"
  metric_name         = "TriggeredRules"
  dimensions          = { RuleName = aws_cloudwatch_event_rule.failed_tasks.name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 3
  period              = 900
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "scaler_errors" {
  alarm_name        = "${var.name}-scaler-errors"
  alarm_description = "Runs of ${local.scaler_name} fail. The event ScalingFailed in ${aws_cloudwatch_log_group.scaler.name} says at which step and what to do."
  alarm_actions     = var.alarm_topic_arns
  ok_actions        = var.alarm_topic_arns

  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.scaler.function_name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  period              = 900
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "scaler_not_run" {
  count = var.scaler_enabled ? 1 : 0

  alarm_name        = "${var.name}-scaler-not-run"
  alarm_description = "${local.scaler_name} was not run for a while. Look at the rule ${aws_cloudwatch_event_rule.scaler.name} and at the function's throttles."
  alarm_actions     = var.alarm_topic_arns
  ok_actions        = var.alarm_topic_arns

  namespace           = "AWS/Lambda"
  metric_name         = "Invocations"
  dimensions          = { FunctionName = aws_lambda_function.scaler.function_name }
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  evaluation_periods  = 1
  treat_missing_data  = "breaching"

  # Events that come while a run is under way, up to scaler_timeout, are dropped.
  period = 60 * max(3 * var.scaler_interval_minutes, 30)
}

resource "aws_cloudwatch_metric_alarm" "efs_io_limit" {
  alarm_name        = "${var.name}-efs-io-limit"
  alarm_description = "${aws_efs_file_system.files.id} is near the limit of operations of its performance mode. Another mount target does not raise it; another file system does."
  alarm_actions     = var.alarm_topic_arns
  ok_actions        = var.alarm_topic_arns

  namespace           = "AWS/EFS"
  metric_name         = "PercentIOLimit"
  dimensions          = { FileSystemId = aws_efs_file_system.files.id }
  statistic           = "Average"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 80
  period              = 300
  evaluation_periods  = 3
  treat_missing_data  = "notBreaching"
}

resource "aws_cloudwatch_metric_alarm" "no_zone_left" {
  alarm_name        = "${var.name}-no-zone-left"
  alarm_description = "The files are more than the threshold and each of the ${length(local.reachable_zones)} Availability Zones has its mount target. Raise file_count_threshold, add a zone, or add a file system."
  alarm_actions     = var.alarm_topic_arns
  ok_actions        = var.alarm_topic_arns

  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 1
  evaluation_periods  = 1
  treat_missing_data  = "ignore"

  metric_query {
    id          = "stuck"
    expression  = "IF(targets >= ${length(local.reachable_zones)}, exceeded, 0)"
    label       = "Over the threshold, with no zone left"
    return_data = true
  }

  metric_query {
    id = "exceeded"

    metric {
      namespace   = local.scaler_metrics
      metric_name = "ThresholdExceeded"
      dimensions  = { FileSystemId = aws_efs_file_system.files.id }
      stat        = "Maximum"
      period      = 900
    }
  }

  metric_query {
    id = "targets"

    metric {
      namespace   = local.scaler_metrics
      metric_name = "MountTargets"
      dimensions  = { FileSystemId = aws_efs_file_system.files.id }
      stat        = "Maximum"
      period      = 900
    }
  }
}

locals {
  # As the scaler writes them.
  scaler_metrics = "EfsSharding"
}
