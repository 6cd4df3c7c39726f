resource "aws_ecr_repository" "worker" {
  name                 = local.service_name
  image_tag_mutability = "IMMUTABLE"

  # An image can be built again.
  force_delete = true

  image_scanning_configuration {
    scan_on_push = true
  }
}

resource "aws_ecr_lifecycle_policy" "worker" {
  repository = aws_ecr_repository.worker.name

  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "The newest are kept to roll back to"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 20 }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_ecs_cluster" "main" {
  name = local.cluster_name

  setting {
    name  = "containerInsights"
    value = var.container_insights ? "enabled" : "disabled"
  }
}

locals {
  worker_environment = {
    SSM_PARAMETER_NAME  = aws_ssm_parameter.map.name
    EFS_ACCESS          = local.kernel_mounts ? "kernel" : "direct"
    EFS_TLS             = "true"
    EFS_IAM             = "true"
    EFS_ACCESS_POINT_ID = aws_efs_access_point.files.id
    AWS_REGION          = local.region
  }

  worker_container = {
    name      = "worker"
    image     = "${aws_ecr_repository.worker.repository_url}:${var.worker_image_tag}"
    essential = true

    # The image's own user, who may nothing; to mount, root and all of its rights.
    user                   = local.kernel_mounts ? "0" : null
    privileged             = local.kernel_mounts ? true : null
    readonlyRootFilesystem = true

    # What mount.efs writes. Fargate has no tmpfs, and direct NFS writes nothing.
    linuxParameters = { for key, value in {
      initProcessEnabled = true
      tmpfs              = local.kernel_mounts ? [for path in ["/mnt", "/run", "/tmp", "/var/log/amazon/efs"] : { containerPath = path, size = 64 }] : null
    } : key => value if value != null }

    environment  = [for name, value in local.worker_environment : { name = name, value = value }]
    portMappings = [{ containerPort = local.worker_port, protocol = "tcp" }]

    # Only whether the process answers: a restart repairs no mount target.
    healthCheck = {
      command     = ["CMD", "/app/Worker", "--healthcheck"]
      interval    = 30
      timeout     = 10
      retries     = 3
      startPeriod = 30
    }

    # The Worker takes up to 25 s to end what is under way.
    stopTimeout = 30

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.worker.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "worker"
      }
    }
  }
}

resource "aws_ecs_task_definition" "worker" {
  family                   = local.service_name
  requires_compatibilities = [var.worker_compute]
  network_mode             = "awsvpc"
  cpu                      = var.worker_cpu
  memory                   = var.worker_memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.worker.arn
  container_definitions    = jsonencode([{ for key, value in local.worker_container : key => value if value != null }])

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.cpu_architecture
  }
}

resource "aws_ecs_service" "worker" {
  name            = local.service_name
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.worker.arn
  desired_count   = var.worker_count
  launch_type     = local.kernel_mounts ? null : "FARGATE"
  propagate_tags  = "SERVICE"

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  # An apply ends when the new tasks serve, or fails when the circuit breaker went back to the old ones.
  wait_for_steady_state = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = values(local.subnet_ids)
    security_groups  = [aws_security_group.worker.id]
    assign_public_ip = false
  }

  dynamic "capacity_provider_strategy" {
    for_each = aws_ecs_capacity_provider.managed

    content {
      capacity_provider = capacity_provider_strategy.value.name
      weight            = 1
    }
  }

  dynamic "load_balancer" {
    for_each = var.target_group_arn == null ? [] : [var.target_group_arn]

    content {
      target_group_arn = load_balancer.value
      container_name   = local.worker_container.name
      container_port   = local.worker_port
    }
  }

  depends_on = [
    aws_efs_file_system_policy.files,
    aws_efs_mount_target.initial,
    aws_iam_role_policy.execution,
    aws_iam_role_policy.worker,
    aws_vpc_endpoint.interface,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_egress_rule.endpoints,
    aws_vpc_security_group_egress_rule.https,
    aws_vpc_security_group_egress_rule.images,
    aws_vpc_security_group_egress_rule.nfs,
    aws_vpc_security_group_ingress_rule.endpoints,
    aws_vpc_security_group_ingress_rule.nfs,
  ]
}

data "aws_iam_policy_document" "tasks_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_iam_role" "execution" {
  name               = "${var.name}-execution"
  description        = "The ECS agent, before the container of ${local.service_name} runs"
  assume_role_policy = data.aws_iam_policy_document.tasks_trust.json
}

data "aws_iam_policy_document" "execution" {
  statement {
    sid       = "LogIn"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid       = "Pull"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [aws_ecr_repository.worker.arn]
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.worker.arn}:*"]
  }
}

resource "aws_iam_role_policy" "execution" {
  name   = "execution"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}

resource "aws_iam_role" "worker" {
  name               = local.service_name
  description        = "The containers of ${local.service_name}"
  assume_role_policy = data.aws_iam_policy_document.tasks_trust.json
}

data "aws_iam_policy_document" "worker" {
  statement {
    sid       = "Discover"
    actions   = ["ssm:GetParameter"]
    resources = [local.parameter_arn]
  }

  statement {
    sid       = "Access"
    actions   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    resources = [aws_efs_file_system.files.arn]

    condition {
      test     = "StringEquals"
      variable = "elasticfilesystem:AccessPointArn"
      values   = [aws_efs_access_point.files.arn]
    }
  }
}

resource "aws_iam_role_policy" "worker" {
  name   = "worker"
  role   = aws_iam_role.worker.id
  policy = data.aws_iam_policy_document.worker.json
}

# Managed Instances, for kernel mounts: Fargate lets nobody mount.

resource "aws_ecs_capacity_provider" "managed" {
  count = local.kernel_mounts ? 1 : 0

  name    = "${var.name}-managed"
  cluster = aws_ecs_cluster.main.name

  managed_instances_provider {
    infrastructure_role_arn = aws_iam_role.infrastructure[0].arn
    propagate_tags          = "CAPACITY_PROVIDER"

    instance_launch_template {
      ec2_instance_profile_arn = aws_iam_instance_profile.instance[0].arn

      network_configuration {
        subnets         = values(local.subnet_ids)
        security_groups = [aws_security_group.worker.id]
      }

      storage_configuration {
        storage_size_gib = 30
      }
    }
  }
}

resource "aws_iam_role" "infrastructure" {
  count = local.kernel_mounts ? 1 : 0

  name               = "${var.name}-infrastructure"
  description        = "ECS, for the managed instances of ${local.cluster_name}"
  assume_role_policy = data.aws_iam_policy_document.infrastructure_trust.json
}

data "aws_iam_policy_document" "infrastructure_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy_attachment" "infrastructure" {
  count = local.kernel_mounts ? 1 : 0

  role       = aws_iam_role.infrastructure[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AmazonECSInfrastructureRolePolicyForManagedInstances"
}

# That policy lets ECS hand on roles of this prefix only.
resource "aws_iam_role" "instance" {
  count = local.kernel_mounts ? 1 : 0

  name               = "ecsInstanceRole-${var.name}"
  description        = "The ECS agent of the managed instances of ${local.cluster_name}"
  assume_role_policy = data.aws_iam_policy_document.instance_trust.json
}

data "aws_iam_policy_document" "instance_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.${local.dns}"]
    }
  }
}

resource "aws_iam_role_policy_attachment" "instance" {
  count = local.kernel_mounts ? 1 : 0

  role       = aws_iam_role.instance[0].name
  policy_arn = "arn:${local.partition}:iam::aws:policy/AmazonECSInstanceRolePolicyForManagedInstances"
}

resource "aws_iam_instance_profile" "instance" {
  count = local.kernel_mounts ? 1 : 0

  name = aws_iam_role.instance[0].name
  role = aws_iam_role.instance[0].name
}
