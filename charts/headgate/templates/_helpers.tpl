{{- define "headgate.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Affinities copied from a Flagger values file call this one. */}}
{{- define "flagger.name" -}}
{{- include "headgate.name" . -}}
{{- end -}}

{{/* The release's name alone when it already contains the chart's. */}}
{{- define "headgate.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "headgate.serviceAccountName" -}}
{{- default (ternary (include "headgate.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "headgate.selectorLabels" -}}
app.kubernetes.io/name: {{ include "headgate.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "headgate.labels" -}}
{{ include "headgate.selectorLabels" . }}
{{ include "headgate.chartLabels" . }}
{{- end -}}

{{- define "headgate.prometheusSelectorLabels" -}}
app.kubernetes.io/name: {{ include "headgate.name" . }}-prometheus
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "headgate.prometheusLabels" -}}
{{ include "headgate.prometheusSelectorLabels" . }}
{{ include "headgate.chartLabels" . }}
{{- end -}}

{{- define "headgate.chartLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end -}}

{{/* The container's arguments: one flag per value that is set. */}}
{{- define "headgate.args" -}}
{{- $prometheus := printf "http://%s-prometheus:9090" (include "headgate.fullname" .) -}}
{{- $meshKubeconfig := printf "/etc/headgate/controlplane/%s" .Values.controlplane.kubeconfig.key -}}
{{- $elect := .Values.leaderElection.enabled -}}
{{- $flags := dict
  "log-level" .Values.logLevel
  "metrics-server" (ternary $prometheus .Values.metricsServer .Values.prometheus.install)
  "mesh-provider" .Values.meshProvider
  "namespace" .Values.namespace
  "selector-labels" .Values.selectorLabels
  "include-label-prefix" .Values.includeLabelPrefix
  "threadiness" .Values.threadiness
  "analysis-interval-floor" .Values.analysisIntervalFloor
  "enable-config-tracking" .Values.configTracking.enabled
  "ingress-annotations-prefix" .Values.ingressAnnotationsPrefix
  "ingress-class" .Values.ingressClass
  "no-cross-namespace-refs" (ternary true "" .Values.noCrossNamespaceRefs)
  "event-webhook" .Values.eventWebhook
  "cluster-name" .Values.clusterName
  "slack-user" .Values.slack.user
  "slack-channel" .Values.slack.channel
  "slack-url" .Values.slack.url
  "slack-proxy-url" (coalesce .Values.slack.proxyUrl .Values.slack.proxy)
  "msteams-url" .Values.msteams.url
  "msteams-proxy-url" (coalesce .Values.msteams.proxyUrl (index .Values.msteams "proxy-url"))
  "enable-leader-election" (ternary true "" $elect)
  "leader-election-namespace" (ternary .Release.Namespace "" $elect)
  "kubeconfig-qps" .Values.kubeconfigQPS
  "kubeconfig-burst" .Values.kubeconfigBurst
  "kubeconfig-service-mesh" (ternary $meshKubeconfig "" (not (empty .Values.controlplane.kubeconfig.secretName)))
-}}
- operator
{{- range $flag, $value := $flags }}
{{- if not (has (toString $value) (list "" "<nil>")) }}
- {{ printf "-%s=%v" $flag $value | quote }}
{{- end }}
{{- end }}
{{- end -}}
